"""登录安全: what the security administrator sees and does about everybody's log-ins."""
