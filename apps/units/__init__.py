"""度量: money, months, ages, periods, numbers and names; the floor every app stands on."""
