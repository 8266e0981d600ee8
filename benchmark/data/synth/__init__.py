"""sdhz-synth, the embedded synthetic default dataset."""
