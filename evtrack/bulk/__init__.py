"""How does all of PubMed come in? NLM's baseline and update files, by the thousand."""
