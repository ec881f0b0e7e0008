"""The kill storm: real processes, real kills, a provider that misbehaves, and the harm counted."""
