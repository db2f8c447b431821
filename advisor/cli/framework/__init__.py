"""What every command shares: options and commands declared once, inputs, output, help and completion by click."""
