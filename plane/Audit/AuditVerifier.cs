namespace Onboarding.Plane.Audit;

/// <summary>Says whether the records of files are those that were written.</summary>
internal sealed class AuditVerifier
{
    private readonly List<string> _problems = [];
    private AuditChain? _chain;
    private string? _expected;
    private string _file = "";
    private int _line;

    /// <summary>How many records there are.</summary>
    public int Records { get; private set; }

    /// <summary>Hash of the last record; null if there is none.</summary>
    public string? Last => _chain?.Last;

    /// <summary>True if the first record is the first that was ever written.</summary>
    public bool IsFromBeginning { get; private set; }

    /// <summary>What is wrong, with file and line.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Reads files, the oldest first.</summary>
    /// <param name="files">The files.</param>
    /// <param name="expected">A hash that was noted earlier: its record must still be there. Null for none.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static AuditVerifier Verify(IEnumerable<string> files, string? expected)
    {
        var verifier = new AuditVerifier { _expected = expected };
        foreach (string file in files)
        {
            verifier.Read(file);
        }

        if (verifier._expected is { } missing)
        {
            verifier._problems.Add($"no record has the hash {missing}: records were taken off the end, or these are other files");
        }

        return verifier;
    }

    private void Read(string file)
    {
        (_file, _line) = (file, 0);
        foreach (string line in File.ReadLines(file))
        {
            _line++;
            if (line.Length > 0)
            {
                Take(line);
            }
        }
    }

    private void Take(string line)
    {
        if (AuditChain.Split(line) is not var (record, after))
        {
            // The next record continues the one before, so that a full disk or a crash isn't taken for an intruder.
            Add("is no whole record with a hash: cut off by a full disk or a crash, written by an older version, or changed");
            return;
        }

        Records++;
        if (_chain is not { } before)
        {
            // What came before the oldest file that is kept is gone: its first record is taken as it is.
            IsFromBeginning = AuditChain.Beginning.Follow(record) == after;
        }
        else if (before.Follow(record) != after)
        {
            Add("doesn't follow the record before it: it was changed, or records between them are missing");
        }

        _chain = after;
        if (_expected == after.Last)
        {
            _expected = null;
        }
    }

    private void Add(string problem) => _problems.Add($"{_file}:{_line} {problem}");
}
