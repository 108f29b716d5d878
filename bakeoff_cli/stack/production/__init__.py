"""What a stack has of production: its endpoint and versions, the promotions, the proposals."""
