"""What moto 5.2.5 leaves out or does otherwise than AWS, service by service.

moto's hooks are private, so these modules hold for one version: `require_moto` refuses any other.
"""
