"""What comes in: web, SMS, bots, the simulator's page."""
