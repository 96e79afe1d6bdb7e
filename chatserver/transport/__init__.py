"""The parts that both transports are made of. They know requests and cookies, and nothing of counselling."""
