"""The weights that come with Lacuna (*.safetensors), each with a card (*.md) that says how it was made. See docs/models.md."""
