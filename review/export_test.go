package review

// DraftForm computes a document of an earlier form.
var DraftForm = draft
