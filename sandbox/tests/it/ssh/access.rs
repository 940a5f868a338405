//! Who gets in, when and where.
