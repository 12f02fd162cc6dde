"""What the screens are made of: the frame, the form, the run on its timeline, their dialogs."""
