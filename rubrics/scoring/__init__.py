"""What evidence can prove, what it adds up to, and how far reviewers agree. Pure."""
