"""Drawing: a small builder of SVG, the colours of charts, and the text twin of each."""
