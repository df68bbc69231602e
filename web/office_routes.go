package web

import "slices"

// officeRoutes are the pages of a programme's office, behind /{programme}. TestRoleRoute has a row for each.
var officeRoutes = slices.Concat(
	settleRoutes,
	ownRoutes("/office"),
	waitsRoutes,
	planRoutes,
	reviewRoutes,
	standsRoutes,
	cardsRoutes,
	roundsRoutes,
	answersRoutes,
)

// adminRoutes are those of the admin's office, behind /office.
var adminRoutes = slices.Concat(
	ownRoutes(""),
	adminPages,
)
