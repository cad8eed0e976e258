using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

/// <summary>A value as compressed JSON in as many columns of an entity as it needs.</summary>
internal static class CompressedColumns
{
    /// <summary>A column holds 64 KiB.</summary>
    private const int PieceBytes = 60 * 1024;

    /// <summary>An entity holds 1 MiB; room is left for the other columns, and for the rest of a transaction.</summary>
    private const int MaxBytes = 10 * PieceBytes;

    /// <summary>Writes the value into <c>{column}0</c>, <c>{column}1</c> and so on.</summary>
    /// <exception cref="InvalidDataException">It is too large to be kept.</exception>
    public static void Write<T>(TableEntity entity, string column, T value)
    {
        var bytes = Brotli.CompressJson(value);
        if (bytes.Length > MaxBytes)
        {
            throw new InvalidDataException(
                $"What is known of {entity.PartitionKey} takes {bytes.Length} bytes, and there is room for {MaxBytes}. It has far more events than a subscription should.");
        }

        foreach (var (number, piece) in bytes.Chunk(PieceBytes).Index())
        {
            entity[$"{column}{number}"] = piece;
        }
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    public static T Read<T>(TableEntity entity, string column)
    {
        using var bytes = new MemoryStream();
        for (var number = 0; entity.GetBinary($"{column}{number}") is { } piece; number++)
        {
            bytes.Write(piece);
        }

        return Brotli.DecompressJson<T>(bytes.ToArray());
    }
}
