"""SSH tunnels to databases, through the system's own ssh: whatever the user's ssh can do works here, too."""
