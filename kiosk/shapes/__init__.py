"""Shapes: what every picture is made of, on screen and on paper: letters, icons, QR codes, logos."""
