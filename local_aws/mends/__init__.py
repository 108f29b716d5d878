"""What moto 5.2.5 leaves out or does otherwise than AWS, mended gap by gap.

moto's hooks are private, so these modules hold for one version: `require_moto` refuses any other.
"""
