"""What the bot keeps: questions, answers, settings, feedback. The home of SQLAlchemy; makes no calls to Slack."""
