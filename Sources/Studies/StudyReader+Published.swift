/// The published table of a study file, for sweeps with these labels.
///
/// - Parameter validates: Whether images are held out, so that there are metrics of them.
func readPublished(
  _ keys: inout StudyKeys, labels: [String], validates: Bool
) throws(StudyError) -> PublishedReference {
  let metrics = Claim.metrics.filter { validates || !$0.hasPrefix("validat") }
  return PublishedReference(
    file: try keys.required("file").text(),
    row: try keys.optional("row").map { (field) throws(StudyError) in
      var row: [String] = []
      for element in try field.elements() { row.append(try element.text()) }
      return row
    } ?? [],
    names: try keys.optional("labels").map { (field) throws(StudyError) in
      try field.distinct { (field) throws(StudyError) in
        try field.mapping(level: "published_label", called: "a label") {
          (keys) throws(StudyError) in
          PublishedReference.Name(
            ours: try keys.required("ours").word(among: labels),
            theirs: try keys.required("theirs").text())
        }
      }
    } ?? [],
    metric: try keys.required("metric").word(among: metrics),
    note: try keys.optional("note")?.text() ?? "")
}
