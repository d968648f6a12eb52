"""How models are made and judged; scikit-learn and pandas are imported here and nowhere else."""
