// Package photo makes of a file that came from a camera a picture that can be shown: its pixels, and nothing else of it.
//
// A camera writes the place, the time, the device and often its owner into the file, and phones add a smaller copy, a second
// picture or a film behind the end. None of it may reach a disk here (S10). So a file goes through two steps, both in memory.
//
// # Filter
//
// Filter reads the container and copies what stands on a list; everything else stays behind:
//
//	JPEG  the tables, the frame, the scans; of JFIF and Adobe only that they are there and the colour transform
//	PNG   IHDR, PLTE, tRNS, IDAT, IEND
//	WebP  VP8, VP8L, ALPH; VP8X is written anew, only where there is an ALPH
//
// It stops at the end that the format has, so nothing behind it is taken (TestS10FilterKeepsOnlyTheListed). How the camera was
// held is read from EXIF before that is dropped. The size in bytes, in points and in memory is known before anything is
// decoded (TestRefusals, TestBombs).
//
// # Remake
//
// Remake decodes what was filtered, turns it as the camera was held, makes it smaller, lays it on white, and encodes it as a JPEG
// that has no segments but its own tables. What hid inside an allowed part is gone then too (TestS10PixelsOutAndNothingElse).
// The same file gives the same bytes.
//
// # Known limits
//
// A profile of colours is dropped like the rest, so the colours of a file that is not in sRGB look somewhat paler. HEIC and AVIF
// cannot be read; they are told apart, so that a page can say what to do.
package photo
