"""Planning, the gate, the delivery day, absentees, parcels."""
