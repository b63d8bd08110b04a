"""Paper: posters, leaflets, table tents and banners as values in millimetres. `kiosk/materials` makes files of them."""
