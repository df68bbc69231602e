-- Both belong to the room device, which lies beside the desk.
CREATE TABLE device (
	id {TEXT} NOT NULL PRIMARY KEY,
	account {TEXT} NOT NULL,
	programme {TEXT} NOT NULL,
	last {INT} NOT NULL,
	upto {INT} NOT NULL,
	seen {TEXT} NOT NULL
){KEYED}

CREATE INDEX device_1 ON device (account, programme)

CREATE TABLE device_event (
	device {TEXT} NOT NULL,
	n {INT} NOT NULL,
	event {TEXT} NOT NULL,
	entry {TEXT} NOT NULL,
	day {TEXT} NOT NULL,
	decide {TEXT} NOT NULL,
	PRIMARY KEY (device, n)
){KEYED}

CREATE INDEX device_event_1 ON device_event (entry)

CREATE INDEX device_event_2 ON device_event (decide)
