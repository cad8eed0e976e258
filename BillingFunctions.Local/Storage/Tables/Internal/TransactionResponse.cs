using System.Globalization;
using System.Text;
using Azure;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Reads the parts of a transaction's answer.</summary>
internal static class TransactionResponse
{
    private const string StatusLine = "HTTP/1.1 ";

    /// <summary>The answers in order; a refused transaction has only one.</summary>
    public static List<Response> Parse(Response response)
    {
        var parts = new List<Response>();
        ReadOnlySpan<char> text = Encoding.UTF8.GetString(response.Content.ToMemory().Span);
        while (text.IndexOf(StatusLine) is >= 0 and var start)
        {
            text = text[start..];

            // Every part ends where the line of the next boundary begins.
            var end = text.IndexOf("\n--changesetresponse", StringComparison.Ordinal);
            var length = end < 0 ? text.Length : end;
            parts.Add(Part(text[..length], response.ClientRequestId));
            text = text[length..];
        }

        return parts;
    }

    private static PartResponse Part(ReadOnlySpan<char> part, string requestId)
    {
        var lineEnd = part.IndexOf('\n');
        var status = part[StatusLine.Length..lineEnd].Trim();
        var code = int.Parse(status[..3], CultureInfo.InvariantCulture);
        var answer = new PartResponse(code, status[3..].Trim().ToString(), requestId);

        var rest = part[(lineEnd + 1)..];
        while (rest.IndexOf('\n') is >= 0 and var end && rest[..end].Trim() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            answer.Add(line[..colon].ToString(), line[(colon + 1)..].Trim().ToString());
            rest = rest[(end + 1)..];
        }

        answer.ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(rest.Trim().ToString()));
        return answer;
    }
}
