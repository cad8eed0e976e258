using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.Tests.Local.Storage.Tables;

/// <summary>An entity with a property of every type that tables store.</summary>
internal sealed class Reading : ITableEntity
{
    public string PartitionKey { get; set; } = "p";

    public string RowKey { get; set; } = "r";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string? Text { get; set; }

    public int Count { get; set; }

    public long Amount { get; set; }

    public double Ratio { get; set; }

    public bool Active { get; set; }

    public DateTime At { get; set; } = DateTime.UnixEpoch;

    public DateTimeOffset When { get; set; }

    public Guid Id { get; set; }

    public byte[]? Bytes { get; set; }

    public BinaryData? Data { get; set; }

    public Kind Kind { get; set; }

    public int? MaybeCount { get; set; }

    public long? MaybeAmount { get; set; }

    public DateTimeOffset? MaybeWhen { get; set; }

    public Kind? MaybeKind { get; set; }

    [DataMember(Name = "stored_name")]
    public string? Renamed { get; set; }

    [IgnoreDataMember]
    public string? Ignored { get; set; }

    public string Computed => $"{Count}";
}

internal enum Kind
{
    None,
    Small,
    Large,
}
