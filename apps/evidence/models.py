"""材料、入户调查、经济状况核对: what a decision rests on, beside the facts themselves."""
