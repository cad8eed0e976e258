using System.Globalization;
using System.Xml.Linq;
using Azure;
using Azure.Core;

namespace BillingFunctions.Local.Storage.Queues;

/// <summary>The XML in which messages travel.</summary>
internal static class MessageXml
{
    public static RequestContent Content(string text) => RequestContent.Create(BinaryData.FromString(
        new XElement("QueueMessage", new XElement("MessageText", text)).ToString(SaveOptions.DisableFormatting)));

    public static T[] Messages<T>(Response response, Func<XElement, T> read) =>
        [.. XElement.Load(response.ContentStream!, LoadOptions.PreserveWhitespace).Elements("QueueMessage").Select(read)];

    public static string Text(this XElement message, string name) => message.Element(name)?.Value ?? string.Empty;

    public static DateTimeOffset Time(this XElement message, string name) =>
        message.Element(name) is { } time ? DateTimeOffset.Parse(time.Value, CultureInfo.InvariantCulture) : default;
}
