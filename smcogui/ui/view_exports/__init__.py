"""What is seen of structures and states, as files: pictures, films, cells, surfaces."""
