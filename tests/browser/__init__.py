"""The product as people see it: a real Chromium on real processes."""
