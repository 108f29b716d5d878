"""How states are executed, where moto 5.2.5 does otherwise than AWS."""
