using System.Globalization;
using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

/// <summary>A column that may be longer than the 64 KiB which storage allows: in pieces, <c>{name}0</c>, <c>{name}1</c> and so on.</summary>
internal static class LargeColumn
{
    /// <summary>The most, in bytes. An entity holds 1 MiB; room is left for the other columns, and for the rest of a transaction.</summary>
    public const int MaxBytes = 700 * 1024;

    private const int PieceBytes = 60 * 1024;

    /// <summary>The column with the beginning, for queries that need no more.</summary>
    public static string FirstPieceOf(string name) => PieceOf(name, 0);

    /// <exception cref="InvalidDataException">There are more than <see cref="MaxBytes"/>.</exception>
    public static void Write(TableEntity row, string name, byte[] bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new InvalidDataException($"{name} of {row.PartitionKey}/{row.RowKey} takes {bytes.Length} bytes; a row has room for {MaxBytes}.");
        }

        foreach (var (number, piece) in bytes.Chunk(PieceBytes).Index())
        {
            row[PieceOf(name, number)] = piece;
        }
    }

    /// <returns>What was written; nothing when there is no such column.</returns>
    public static byte[] Read(TableEntity row, string name)
    {
        using var bytes = new MemoryStream();
        for (var number = 0; row.GetBinary(PieceOf(name, number)) is { } piece; number++)
        {
            bytes.Write(piece);
        }

        return bytes.ToArray();
    }

    private static string PieceOf(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}{number}");
}
