"""The screens: what a person sees."""
