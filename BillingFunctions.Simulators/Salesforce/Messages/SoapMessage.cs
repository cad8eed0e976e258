using System.Text;
using System.Xml;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Messages;

/// <summary>One record in an outbound message.</summary>
/// <param name="Id">The id of the notification, the same in every try.</param>
internal sealed record OutboundNotification(string Id, SalesforceObject Type, string RecordId);

/// <summary>Writes outbound messages with the values that the records have when a message is sent, as Salesforce does.</summary>
internal sealed class SoapMessage(RecordStore store, string organizationId, string userId, Func<string> baseUrl)
{
    private const string Envelope = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string Outbound = "http://soap.sforce.com/2005/09/outbound";
    private const string Objects = "urn:sobject.enterprise.soap.sforce.com";
    private const string Schema = "http://www.w3.org/2001/XMLSchema";
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private static readonly string ActionId = SalesforceId.Of("04k", 1);
    private static readonly XmlWriterSettings Settings = new() { Indent = true, IndentChars = " ", Encoding = new UTF8Encoding(false) };

    public string Of(OutboundEndpoint endpoint, IEnumerable<OutboundNotification> notifications)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, Settings))
        {
            xml.WriteStartElement("soapenv", "Envelope", Envelope);
            xml.WriteAttributeString("xmlns", "xsd", null, Schema);
            xml.WriteAttributeString("xmlns", "xsi", null, SchemaInstance);
            xml.WriteStartElement("soapenv", "Body", Envelope);
            xml.WriteStartElement("notifications", Outbound);
            WriteOrganization(xml, endpoint.OrganizationId ?? organizationId);
            foreach (var notification in notifications)
            {
                WriteNotification(xml, endpoint, notification);
            }
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void WriteOrganization(XmlWriter xml, string organization)
    {
        xml.WriteElementString("OrganizationId", Outbound, organization);
        xml.WriteElementString("ActionId", Outbound, ActionId);
        xml.WriteStartElement("SessionId", Outbound);
        xml.WriteAttributeString("xsi", "nil", SchemaInstance, "true");
        xml.WriteEndElement();
        xml.WriteElementString("EnterpriseUrl", Outbound, $"{baseUrl()}/services/Soap/c/60.0/{organization}");
        xml.WriteElementString("PartnerUrl", Outbound, $"{baseUrl()}/services/Soap/u/60.0/{organization}");
    }

    private void WriteNotification(XmlWriter xml, OutboundEndpoint endpoint, OutboundNotification notification)
    {
        var type = notification.Type;
        var record = store.Run(userId, transaction => transaction.Find(type, notification.RecordId))!;
        var columns = endpoint.Fields.Count == 0 ? Enumerable.Range(1, type.Fields.Count - 1) : endpoint.Fields.Select(name => type.ColumnOf(name)!.Value);
        xml.WriteStartElement("Notification", Outbound);
        xml.WriteElementString("Id", Outbound, notification.Id);
        xml.WriteStartElement("sObject", Outbound);
        xml.WriteAttributeString("xmlns", "sf", null, Objects);
        xml.WriteAttributeString("xsi", "type", SchemaInstance, $"sf:{type.Name}");
        foreach (var column in columns.Prepend(0).Where(column => record[column] is not null))
        {
            xml.WriteElementString("sf", type.Fields[column].Name, Objects, Printable(RecordJson.TextOf(record[column]!, TimeFormat)));
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // XML has no way to write the other characters
    private static string Printable(string text)
        => string.Concat(text.EnumerateRunes().Where(rune => !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)).Select(rune => rune.ToString()));
}
