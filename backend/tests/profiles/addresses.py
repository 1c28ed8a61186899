"""Where the parcels of the tests go."""

from doorstep.profile.models import ShippingAddress

HOME = ShippingAddress("Ada King", "12 St James's Square", "Flat 3", "SW1Y 4JH", "London", "Greater London", "GB")
ELSEWHERE = ShippingAddress("Eve Thief", "1 Dark Alley", "", "0150", "Oslo", "", "NO")
