"""What tests share: fakes, small models, pretended devices, terminals."""
