"""What moto 5.2.5 lacks of CloudWatch."""
