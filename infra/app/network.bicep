param location string
param tags object
param name string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
  }

  resource siteSubnet 'subnets' = {
    name: 'site'
    properties: {
      addressPrefix: '10.0.0.0/24'
      delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
    }
  }

  resource endpointsSubnet 'subnets' = {
    name: 'private-endpoints'
    properties: { addressPrefix: '10.0.1.0/24' }
    dependsOn: [siteSubnet]
  }
}

output id string = network.id
output siteSubnetId string = network::siteSubnet.id
output endpointsSubnetId string = network::endpointsSubnet.id
