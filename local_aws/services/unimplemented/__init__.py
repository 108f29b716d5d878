"""What neither moto nor this package implements is refused in a sentence."""
