"""What is drawn and handed out."""
