"""The large judge: which concept, colour and style a picture shows, by features that nobody trained
on our pictures; and the maker of the small judge that is shipped."""
