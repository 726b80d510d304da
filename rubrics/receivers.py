"""What the scores do when the apps below report an event."""
