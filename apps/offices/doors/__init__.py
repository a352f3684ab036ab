"""登录与身份: who comes in, how sure that is, and how long it holds (docs/decisions/0022)."""
