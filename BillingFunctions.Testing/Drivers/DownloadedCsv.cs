using CsvHelper;

namespace BillingFunctions.Testing.Drivers;

/// <summary>A downloaded file.</summary>
internal sealed record DownloadedCsv(IReadOnlyList<string> Header, IReadOnlyList<string[]> Rows)
{
    public static DownloadedCsv Read(byte[] bytes)
    {
        using var reader = CsvReader.Create(bytes);
        var rows = new List<string[]>();
        reader.ReadHeader();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        }

        return new DownloadedCsv([.. reader.Headers], rows);
    }

    public IEnumerable<string> Column(string name)
    {
        var index = Header.ToList().IndexOf(name);
        return Rows.Select(row => row[index]);
    }

    /// <summary>Each row by the names of its columns.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Records() => [.. Rows.Select(row => Header.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second))];

    /// <summary>Each id once, and newest first.</summary>
    public void AssertIds(IEnumerable<string> expected)
    {
        var ids = Column("id").ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(expected.Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        var created = Column("created").ToList();
        Assert.Equal(created.OrderDescending(StringComparer.Ordinal), created);
    }
}
