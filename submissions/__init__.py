"""Reference submissions: models, training methods, recipes and students."""
