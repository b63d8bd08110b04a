"""What every page of the project is made from, the box's own and the province's: look, templates, headers, forms."""
