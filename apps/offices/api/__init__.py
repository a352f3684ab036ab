"""接口的地基: who may come in, how a call is read, paged and refused, and what the schema says."""
