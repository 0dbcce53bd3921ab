"""What families and staff write about conventions and laptops."""
