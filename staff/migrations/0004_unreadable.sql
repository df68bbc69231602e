-- It belongs to the room device.
ALTER TABLE device_event ADD COLUMN unreadable {INT} NOT NULL DEFAULT 0
