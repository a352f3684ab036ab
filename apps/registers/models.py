"""名册: people who are watched over, whether or not money is paid."""
